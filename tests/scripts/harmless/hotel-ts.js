"use strict";
var Step;
const STEP = { Idle: 0, Room: 1, Nights: 2, Name: 3 };
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
                return session.go(STEP.Room, "Which room?", [["Single", "Double", "Suite"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Room:
            if (isBlank(text))
                return session.go(STEP.Room, "Which room?");
            session.state.room = text;
            return session.go(STEP.Nights, "How many nights?");
        case STEP.Nights:
            if (isBlank(text))
                return session.go(STEP.Nights, "How many nights?");
            session.state.nights = text;
            return session.go(STEP.Name, "Your name?");
        case STEP.Name:
            if (isBlank(text))
                return session.go(STEP.Name, "Your name?");
            session.state.name = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/reservations"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("room", session.state.room), line("nights", session.state.nights), line("name", session.state.name), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
