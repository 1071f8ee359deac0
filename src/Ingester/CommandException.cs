using Ingester.Commands;

namespace Ingester;

/// <summary>A command cannot go on; the message is a sentence for the person who gave it.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code that says so: the command is misused unless set otherwise.</summary>
    public int ExitCode { get; init; } = CommandRunner.Misused;
}
