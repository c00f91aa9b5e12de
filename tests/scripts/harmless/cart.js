const PRODUCTS = [
  { id: "tea", title: "Green tea", price: 450 },
  { id: "coffee", title: "Coffee", price: 690 },
  { id: "mug", title: "Mug", price: 1200 },
];

const byId = new Map([["tea", PRODUCTS[0]], ["coffee", PRODUCTS[1]], ["mug", PRODUCTS[2]]]);

const money = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

function total(cart) {
  return Object.entries(cart).reduce((sum, [id, count]) => {
    const product = byId.get(id);
    return product ? sum + product.price * count : sum;
  }, 0);
}

function render(cart) {
  const lines = Object.keys(cart).map((id) => {
    const product = byId.get(id);
    return product ? `${product.title} × ${cart[id]}: ${money(product.price * cart[id])}` : "";
  });
  return [...lines.filter((line) => line !== ""), `Total: ${money(total(cart))}`].join("\n");
}

module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const cart = { ...(state.cart || {}) };
  const [command, id] = (ctx.message.text || "").split(" ");
  if (command === "/add" && byId.has(id)) {
    cart[id] = (cart[id] || 0) + 1;
  } else if (command === "/remove" && cart[id]) {
    cart[id] -= 1;
    if (cart[id] <= 0) delete cart[id];
  } else if (command === "/clear") {
    for (const key of Object.keys(cart)) delete cart[key];
  }
  await ctx.setState({ ...state, cart });
  await ctx.sendMessage({ text: render(cart), keyboard: PRODUCTS.map((p) => [`/add ${p.id}`]) });
};
