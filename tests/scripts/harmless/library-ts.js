"use strict";
var Step;
const STEP = { Idle: 0, Title: 1, Branch: 2, Card: 3 };
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
                return session.go(STEP.Title, "Which book?");
            return session.ctx.sendMessage("/start");
        case STEP.Title:
            if (isBlank(text))
                return session.go(STEP.Title, "Which book?");
            session.state.title = text;
            return session.go(STEP.Branch, "Which branch?");
        case STEP.Branch:
            if (isBlank(text))
                return session.go(STEP.Branch, "Which branch?");
            session.state.branch = text;
            return session.go(STEP.Card, "Your card number?");
        case STEP.Card:
            if (isBlank(text))
                return session.go(STEP.Card, "Your card number?");
            session.state.card = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/holds"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("title", session.state.title), line("branch", session.state.branch), line("card", session.state.card), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
