using System.Runtime.ExceptionServices;
using Ingester.WebSockets;

namespace Ingester.Recording.Sessions;

/// <summary>
/// How a session ended. A bug comes first, then the failure that ended the session; a failure that only follows from it, such as a
/// close frame that cannot be sent any more, is ignored.
/// </summary>
internal readonly record struct SessionOutcome
{
    /// <summary>What the sender or the closing of the socket threw; null for nothing.</summary>
    public required Exception? Closing { get; init; }

    /// <summary>True when the session had another reason to end before <see cref="Closing"/> was thrown.</summary>
    public required bool HadCauseBeforeClosing { get; init; }

    /// <summary>What the receiver threw; null for nothing, and when it was only canceled.</summary>
    public required Exception? Receiving { get; init; }

    /// <summary>The first fault that the session itself found, such as silence or a close frame; null for none.</summary>
    public required ConnectionException? Fault { get; init; }

    /// <summary>True when the session was asked to stop.</summary>
    public required bool IsStopped { get; init; }

    /// <summary>The exception that ended the session; null when it was closed on request.</summary>
    public Exception? Cause =>
        Closing is not null && (IsFatal(Closing) || !HadCauseBeforeClosing) ? Closing
        : Receiving is not null && (IsFatal(Receiving) || (Fault is null && !IsStopped)) ? Receiving
        : Fault;

    /// <summary>Throws the cause, if there is one.</summary>
    public void ThrowIfFailed()
    {
        if (Cause is { } cause)
            ExceptionDispatchInfo.Throw(cause);
    }

    private static bool IsFatal(Exception exception) => ConnectionFault.FromException(exception).Kind == ConnectionFaultKind.Fatal;
}
