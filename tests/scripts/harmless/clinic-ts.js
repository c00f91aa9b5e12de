"use strict";
var Step;
const STEP = { Idle: 0, Doctor: 1, Date: 2, Insurance: 3 };
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
                return session.go(STEP.Doctor, "Which doctor?", [["Therapist", "Dentist", "Surgeon"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Doctor:
            if (isBlank(text))
                return session.go(STEP.Doctor, "Which doctor?");
            session.state.doctor = text;
            return session.go(STEP.Date, "Which date?");
        case STEP.Date:
            if (isBlank(text))
                return session.go(STEP.Date, "Which date?");
            session.state.date = text;
            return session.go(STEP.Insurance, "Your insurance number?");
        case STEP.Insurance:
            if (isBlank(text))
                return session.go(STEP.Insurance, "Your insurance number?");
            session.state.insurance = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/visits"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("doctor", session.state.doctor), line("date", session.state.date), line("insurance", session.state.insurance), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
