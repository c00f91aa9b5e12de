function Counter(start) {
  var value = start;
  return {
    up: function () { value += 1; return value; },
    down: function () { value -= 1; return value; },
  };
}

var has = function (object, key) { return Object.hasOwn(object, key); };

function extend(target) {
  for (var i = 1; i < arguments.length; i++) {
    var source = arguments[i];
    for (var key in source) {
      if (has(source, key)) target[key] = source[key];
    }
  }
  return target;
}

module.exports.handleUpdate = async function (ctx) {
  var counter = Counter(3);
  counter.up();
  var options = extend({}, { a: 1 }, { b: 2 });
  var keys = [];
  for (var name in options) keys.push(name + "=" + options[name]);
  await ctx.sendMessage(keys.join("&") + " " + counter.down());
};
