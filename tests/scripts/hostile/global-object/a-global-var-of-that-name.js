// global-object: a global var of that name
var self;
module.exports.handleUpdate = async (ctx) => {
  self.leak = ctx.message.text;
};
