namespace Ingester.Errors;

/// <summary>A command failed with a message for the user.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code. Default: invalid usage.</summary>
    public int ExitCode { get; init; } = ExitCodes.InvalidUsage;
}
