// prototype-member: a line continuation
module.exports.handleUpdate = async (ctx) => {
  ""["con\
structor"];
};
