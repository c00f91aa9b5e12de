// webassembly: WebAssembly module
module.exports.handleUpdate = async function (ctx) {
  new WebAssembly.Module(ctx.update);
};
