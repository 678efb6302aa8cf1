"""The suite's tools and prompt that ask the client for something first: multi round trips, and the older requests.

`add_rounds(server)` puts them beside the product's, which itself asks clients for nothing. A tool that lacks an answer
asks (again) by `InputRequiredResult`; FastMCP seals the state and refuses one that was tampered with.
"""

from typing import Any

from fastmcp import Context, FastMCP
from fastmcp.tools import ToolResult
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)

Answer = str | InputRequiredResult


def add_rounds(server: FastMCP) -> None:
    """Add all of it."""
    _add_single_questions(server)
    _add_states(server)
    _add_capabilities(server)
    _add_prompt(server)


def _elicit(message: str, field: str, kind: str = "string") -> ElicitRequest:
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _sample(text: str, tokens: int) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=tokens))


def _ask(state: str | None = None, /, **requests: InputRequest) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def _content(ctx: Context, key: str) -> dict[str, Any] | None:
    """What the person filled in under `key`, or None where nothing fitting came."""
    answer = (ctx.input_responses or {}).get(key)
    if not isinstance(answer, ElicitResult) or answer.action != "accept":
        return None
    return dict(answer.content or {})


def _add_single_questions(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    def test_input_required_result_elicitation(ctx: Context) -> Answer:
        """Asks for a name."""
        content = _content(ctx, "user_name")
        if content is None or not isinstance(content.get("name"), str):
            return _ask(user_name=_elicit("What is your name?", "name"))
        return f"Hello, {content['name']}!"

    @server.tool(output_schema=None)
    def test_streaming_elicitation(ctx: Context) -> Answer:
        """Asks for a name, too: the suite looks at what comes before the question."""
        return "done" if _content(ctx, "user_name") else _ask(user_name=_elicit("What is your name?", "name"))

    @server.tool(output_schema=None)
    def test_input_required_result_sampling(ctx: Context) -> Answer:
        """Asks the client's model."""
        answer = (ctx.input_responses or {}).get("capital_question")
        if not isinstance(answer, CreateMessageResult):
            return _ask(capital_question=_sample("What is the capital of France?", 100))
        return f"The model says: {getattr(answer.content, 'text', '')}"

    @server.tool(output_schema=None)
    def test_input_required_result_list_roots(ctx: Context) -> Answer:
        """Asks for the client's roots."""
        answer = (ctx.input_responses or {}).get("client_roots")
        if not isinstance(answer, ListRootsResult):
            return _ask(client_roots=ListRootsRequest())
        return "Roots: " + ", ".join(str(root.uri) for root in answer.roots)


def _add_states(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    def test_input_required_result_request_state(ctx: Context) -> Answer:
        """Asks once, and knows its own state again."""
        if ctx.request_state != "asked" or _content(ctx, "confirm") is None:
            return _ask("asked", confirm=_elicit("Please confirm", "ok", "boolean"))
        return "state-ok"

    @server.tool(output_schema=None)
    def test_input_required_result_tampered_state(ctx: Context) -> Answer:
        """The same, for a client that changes the state."""
        if ctx.request_state != "sealed":
            return _ask("sealed", confirm=_elicit("Please confirm", "ok", "boolean"))
        return "state-ok"

    @server.tool(output_schema=None)
    def test_input_required_result_multiple_inputs(ctx: Context) -> Answer:
        """Asks three things at once."""
        questions: dict[str, InputRequest] = {
            "user_name": _elicit("What is your name?", "name"),
            "greeting": _sample("Generate a greeting", 50),
            "client_roots": ListRootsRequest(),
        }
        answers = ctx.input_responses or {}
        if not questions.keys() <= answers.keys():
            return _ask("three", **questions)
        return "All three answers came: " + ", ".join(sorted(answers))

    @server.tool(output_schema=None)
    def test_input_required_result_multi_round(ctx: Context) -> Answer:
        """Asks for a name, then for a colour."""
        state = ctx.request_state or ""
        if state == "round-1" and (content := _content(ctx, "step1")) is not None:
            return _ask(
                f"round-2:{content.get('name')}", step2=_elicit("Step 2: What is your favorite color?", "color")
            )
        if state.startswith("round-2:") and (content := _content(ctx, "step2")) is not None:
            return f"{state.removeprefix('round-2:')} likes {content.get('color')}"
        return _ask("round-1", step1=_elicit("Step 1: What is your name?", "name"))


def _add_capabilities(server: FastMCP) -> None:
    @server.tool(output_schema=None)
    def test_input_required_result_capabilities(ctx: Context) -> Answer:
        """Asks only for what the client says it can do."""
        if ctx.input_responses:
            return "answered"
        client = ctx.session.client_params
        capabilities = client.capabilities if client is not None else None
        wanted: dict[str, InputRequest] = {}
        if capabilities is not None and capabilities.sampling is not None:
            wanted["model"] = _sample("Say something", 50)
        if capabilities is not None and capabilities.elicitation is not None:
            wanted["person"] = _elicit("What is your name?", "name")
        return InputRequiredResult(input_requests=wanted) if wanted else "this client can be asked for nothing"

    @server.tool(output_schema=None)
    async def test_sampling(prompt: str, ctx: Context) -> str:
        """Asks the client's model in the older way."""
        message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
        answer = await ctx.session.create_message(messages=[message], max_tokens=100)
        return f"LLM response: {getattr(answer.content, 'text', '')}"

    @server.tool(output_schema=None)
    async def test_elicitation(message: str, ctx: Context) -> ToolResult:
        """Asks the person in the older way."""
        fields = {name: {"type": "string"} for name in ("username", "email")}
        schema = {"type": "object", "properties": fields, "required": list(fields)}
        answer = await ctx.session.elicit_form(message, schema)
        text = f"User response: <action: {answer.action}, content: {answer.content}>"
        return ToolResult(content=[TextContent(type="text", text=text)])


def _add_prompt(server: FastMCP) -> None:
    @server.prompt
    def test_input_required_result_prompt(ctx: Context) -> Answer:
        """Asks for a context."""
        content = _content(ctx, "user_context")
        if content is None:
            return _ask(user_context=_elicit("What context should the prompt use?", "context"))
        return f"Context: {content.get('context')}"
