// webassembly: WebAssembly destructured
module.exports.handleUpdate = async function (ctx) {
  const { instantiate } = WebAssembly;
  await instantiate(ctx.update);
};
