// free-name: XMLHttpRequest
module.exports.handleUpdate = async function (ctx) {
  const x = XMLHttpRequest;
};
