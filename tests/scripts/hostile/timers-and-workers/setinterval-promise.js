// timers: setInterval promise
module.exports.handleUpdate = async function (ctx) {
  await new Promise((done) => setInterval(done, 1));
};
