// shape: new of an own class named Map
class Map { constructor() { } }
const m = new Map();
module.exports.handleUpdate = async (ctx) => {
  await ctx.sendMessage("Hello");
};
