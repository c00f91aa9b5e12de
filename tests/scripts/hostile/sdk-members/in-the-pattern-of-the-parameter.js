// sdk-member: in the pattern of the parameter
module.exports.handleUpdate = async ({ reply }) => {
  await reply("x");
};
