class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

async function request(ctx, path) {
  const response = await ctx.http({ method: "GET", url: `https://api.example.com${path}`, retries: 1 });
  if (!response.ok) throw new ApiError(response.status, `status ${response.status}`);
  return response.json;
}

module.exports.handleUpdate = async (ctx) => {
  try {
    const data = await request(ctx, "/weather?city=" + encodeURIComponent(ctx.message.text || "Berlin"));
    const { temperature: degrees = null, conditions: [first = "unknown"] = [] } = data || {};
    await ctx.sendMessage(`${first}, ${degrees ?? "?"}°`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      await ctx.sendMessage("I do not know that city.");
    } else {
      await ctx.sendMessage("The service is not available: " + error.message);
    }
  } finally {
    await ctx.goto("menu");
  }
};
