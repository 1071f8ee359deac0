using System.Text;
using System.Text.Json;
using Ingester.Simulator.Serving;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator;

/// <summary>
/// The HTTP control interface of the simulator and of the player. <c>GET /_control</c> lists all commands with their query parameters, from the same table that
/// answers them.
/// </summary>
/// <param name="subject">What is controlled, for the help text.</param>
/// <param name="commands">The commands.</param>
/// <param name="address">Host and port, for the help text.</param>
/// <param name="example">An example of a POST command with its query, for the help text.</param>
internal sealed class ControlEndpoints(string subject, IReadOnlyList<ControlCommand> commands, Func<string> address, string example)
{
    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context, string command)
    {
        if (command.Length == 0)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(HelpText()).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json";
        try
        {
            var match = commands.FirstOrDefault(one => one.Name == command && one.Method == context.Request.Method);
            context.Response.StatusCode = match is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await context.Response.Body.WriteAsync(match is null
                ? ControlCommand.Serialize(new { error = $"Unknown command {context.Request.Method} {command}. GET /{SimulatorServer.ControlPath} lists all commands." })
                : match.Run(new(context.Request.Query, match))).ConfigureAwait(false);
        }
        catch (ArgumentException invalid)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { error = invalid.Message })).ConfigureAwait(false);
        }
    }

    private string HelpText()
    {
        var text = new StringBuilder($"Commands of the {subject}. Parameters are query parameters; those in brackets are optional.\n\n");
        foreach (var command in commands)
            text.Append($"{command.Method,-4} /{SimulatorServer.ControlPath}/{command.Name}{command.UsageText()}\n       {command.Description}\n");
        return text.Append($"\nFor example:\n  curl -X POST 'http://{address()}/{SimulatorServer.ControlPath}/{example}'\n").ToString();
    }
}
