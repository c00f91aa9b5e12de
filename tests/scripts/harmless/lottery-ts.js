"use strict";
var Step;
const STEP = { Idle: 0, Nick: 1, Game: 2, Level: 3 };
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
                return session.go(STEP.Nick, "Your nickname?");
            return session.ctx.sendMessage("/start");
        case STEP.Nick:
            if (isBlank(text))
                return session.go(STEP.Nick, "Your nickname?");
            session.state.nick = text;
            return session.go(STEP.Game, "Which game?");
        case STEP.Game:
            if (isBlank(text))
                return session.go(STEP.Game, "Which game?");
            session.state.game = text;
            return session.go(STEP.Level, "Your level?");
        case STEP.Level:
            if (isBlank(text))
                return session.go(STEP.Level, "Your level?");
            session.state.level = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/players"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("nick", session.state.nick), line("game", session.state.game), line("level", session.state.level), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
