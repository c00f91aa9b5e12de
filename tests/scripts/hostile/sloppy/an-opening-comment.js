// html-comment: an opening comment
module.exports.handleUpdate = async function (ctx) {
  let n = 3;
  <!-- n = 4;
};
