"use strict";
var Step;
const STEP = { Idle: 0, Bouquet: 1, Address: 2, Card: 3 };
const isBlank = (value) => value === null || value === void 0 || value.trim() === "";
/** Formats a line. */
function line(label, value) {
    return "".concat(label, ": ").concat(value !== null && value !== void 0 ? value : "-");
}
class Session {
    constructor(ctx, state) {
        this.ctx = ctx;
        this.state = state;
        this.step = STEP.Idle;
        if (state._ && typeof state._.step === "number") {
            this.step = state._.step;
        }
    }
    static async open(ctx) {
        const state = await ctx.getState();
        return new Session(ctx, Object.assign({}, state));
    }
    async go(step, text, keyboard) {
        this.state._ = { step };
        await this.ctx.setState(this.state);
        await this.ctx.sendMessage(keyboard ? { text, keyboard } : text);
    }
}
async function handle(session, text) {
    var _a;
    switch (session.step) {
        case STEP.Idle:
            if (text === "/start")
                return session.go(STEP.Bouquet, "Which bouquet?", [["Roses", "Tulips", "Mixed"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Bouquet:
            if (isBlank(text))
                return session.go(STEP.Bouquet, "Which bouquet?");
            session.state.bouquet = text;
            return session.go(STEP.Address, "Where to?");
        case STEP.Address:
            if (isBlank(text))
                return session.go(STEP.Address, "Where to?");
            session.state.address = text;
            return session.go(STEP.Card, "What shall the card say?");
        case STEP.Card:
            if (isBlank(text))
                return session.go(STEP.Card, "What shall the card say?");
            session.state.card = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/deliveries"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("bouquet", session.state.bouquet), line("address", session.state.address), line("card", session.state.card), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
