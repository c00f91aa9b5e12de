// Requests: every outcome, several at once, limits that are caught.
const url = (path) => 'https://api.example.com/' + path;

module.exports.handleUpdate = async function (ctx) {
  const path = ctx.message.text ?? '';
  if (path === 'both') {
    const [a, b] = await Promise.all([ctx.http({ url: url('ok') }), ctx.http({ url: url('text'), method: 'get' })]);
    return ctx.sendMessage(`${a.status} ${b.text}`);
  }
  if (path === 'order') {
    await Promise.all([ctx.sendMessage('1'), ctx.http({ url: url('ok') }).then(() => ctx.sendMessage('3')), ctx.sendMessage('2'), ctx.goto('x')]);
    return ctx.sendMessage('4');
  }
  const options = { method: 'PUT', url: url(path), body: path === 'list' ? [1, { a: null }] : 'plain', retries: 1 };
  const answer = await ctx.http(options);
  await ctx.sendMessage(JSON.stringify(answer));
};
