"use strict";
var Step;
const STEP = { Idle: 0, Course: 1, Student: 2, Grade: 3 };
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
                return session.go(STEP.Course, "Which course?", [["English", "Maths", "Physics"]]);
            return session.ctx.sendMessage("/start");
        case STEP.Course:
            if (isBlank(text))
                return session.go(STEP.Course, "Which course?");
            session.state.course = text;
            return session.go(STEP.Student, "The name of the student?");
        case STEP.Student:
            if (isBlank(text))
                return session.go(STEP.Student, "The name of the student?");
            session.state.student = text;
            return session.go(STEP.Grade, "Which grade?");
        case STEP.Grade:
            if (isBlank(text))
                return session.go(STEP.Grade, "Which grade?");
            session.state.grade = text;
            break;
        default:
            break;
    }
    const answer = await session.ctx.http({ method: "POST", url: "".concat("https://api.example.com", "/enrolments"), body: session.state });
    const id = (_a = answer.json) === null || _a === void 0 ? void 0 : _a.id;
    await session.go(STEP.Idle, [line("course", session.state.course), line("student", session.state.student), line("grade", session.state.grade), line("id", id)].join("\n"));
}
module.exports.handleUpdate = async (ctx) => {
    const session = await Session.open(ctx);
    const text = ctx.message.text;
    if (text === undefined)
        return;
    await handle(session, text);
};
