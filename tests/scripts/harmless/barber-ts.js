"use strict";
var Step;
const STEP = { Idle: 0, Service: 1, Day: 2, Phone: 3 };
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
                return session.go(STEP.Service, "Which service?", [["Haircut", "Beard", "Both"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Service:
            if (isBlank(text))
                return session.go(STEP.Service, "Which service?");
            session.state.service = text;
            return session.go(STEP.Day, "Which day?");
        case STEP.Day:
            if (isBlank(text))
                return session.go(STEP.Day, "Which day?");
            session.state.day = text;
            return session.go(STEP.Phone, "Your phone number?");
        case STEP.Phone:
            if (isBlank(text))
                return session.go(STEP.Phone, "Your phone number?");
            session.state.phone = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/bookings"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("service", session.state.service), line("day", session.state.day), line("phone", session.state.phone), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
