// unknown-call: call taken out
module.exports.handleUpdate = async function (ctx) {
  const { call } = () => 1;
  call("return 1");
};
