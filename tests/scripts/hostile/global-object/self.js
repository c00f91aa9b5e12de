// global-object: self
module.exports.handleUpdate = async function (ctx) {
  self.leak = 1;
};
