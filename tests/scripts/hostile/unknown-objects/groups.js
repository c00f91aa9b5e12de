// unknown-call: groups
module.exports.handleUpdate = async function (ctx) {
  const g = Object.groupBy([(() => 1)[ctx.message.text]], () => "a");
  g.a[0]("return 1");
};
