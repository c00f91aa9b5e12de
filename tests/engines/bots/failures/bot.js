// What both engines have to refuse, with the same code.
module.exports.handleUpdate = async function (ctx) {
  const ways = {
    throws: () => { throw new Error('no'); },
    nothing: () => null.x,
    rejects: () => Promise.reject('text'),
    returns: () => 5,
    host: () => ctx.http({ url: 'https://evil.example/' }).catch(() => undefined),
    plain: () => ctx.http({ url: 'http://api.example.com/' }).catch(() => undefined),
    user: () => ctx.http({ url: 'https://api.example.com@evil.example/' }).catch(() => undefined),
    state: () => ctx.setState({ a: 'x'.repeat(70000) }).catch(() => undefined),
    goto: async () => { for (let i = 0; i < 201; i += 1) await ctx.goto('f').catch(() => undefined); },
    fine: async () => { for (let i = 0; i < 200; i += 1) await ctx.goto('f'); },
    caught: () => ctx.setState('text').catch((e) => ctx.sendMessage(e.name)),
  };
  return ways[ctx.message.text]();
};
