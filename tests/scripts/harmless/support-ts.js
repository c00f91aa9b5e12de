"use strict";
var Step;
const STEP = { Idle: 0, Topic: 1, Text: 2, Contact: 3 };
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
                return session.go(STEP.Topic, "What is it about?", [["Bill", "Delivery", "Other"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Topic:
            if (isBlank(text))
                return session.go(STEP.Topic, "What is it about?");
            session.state.topic = text;
            return session.go(STEP.Text, "Describe it.");
        case STEP.Text:
            if (isBlank(text))
                return session.go(STEP.Text, "Describe it.");
            session.state.text = text;
            return session.go(STEP.Contact, "How do we reach you?");
        case STEP.Contact:
            if (isBlank(text))
                return session.go(STEP.Contact, "How do we reach you?");
            session.state.contact = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/tickets"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("topic", session.state.topic), line("text", session.state.text), line("contact", session.state.contact), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
