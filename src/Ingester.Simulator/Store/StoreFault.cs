namespace Ingester.Simulator.Store;

/// <summary>What a store does instead of answering well.</summary>
public enum StoreFaultKind
{
    /// <summary>It answers with an error, such as 403, 409, 412 or 503.</summary>
    Refuse,

    /// <summary>It answers as always, but later.</summary>
    Delay,

    /// <summary>It takes the request and never answers.</summary>
    Hang,

    /// <summary>It does what it was asked, and the answer is lost on the way.</summary>
    LoseAnswer,

    /// <summary>It does what it was asked, and never answers: the client's own limit ends the wait after the write was committed.</summary>
    HangAfter,

    /// <summary>It does what it was asked and answers with an ETag of other bytes.</summary>
    WrongETag,

    /// <summary>The connection is reset in the middle of a body: of the request where it has one, else of the answer.</summary>
    ResetInBody,

    /// <summary>The body of an answer is cut in half, and <c>Content-Length</c> is that of the half: nothing in HTTP tells.</summary>
    Truncate,

    /// <summary><c>Content-Length</c> of an answer is larger than its body, and the connection ends after the body.</summary>
    WrongLength,

    /// <summary>It ignores <c>If-None-Match</c>, as some S3 look-alikes do: a write replaces what exists.</summary>
    IgnoreCondition,

    /// <summary>It is not there: connections are reset, those that are open too.</summary>
    Vanish,
}

/// <summary>A fault, and which requests it meets. The first one that fits a request decides.</summary>
public sealed record StoreFault
{
    /// <summary>What happens.</summary>
    public required StoreFaultKind Kind { get; init; }

    /// <summary>The status of a refusal.</summary>
    public int Status { get; init; } = 503;

    /// <summary>The error code of a refusal, as S3 names it; by default the usual one for the status.</summary>
    public string? Code { get; init; }

    /// <summary>How long an answer is late.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Only requests with this method; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>Only requests whose path holds this text, such as a market's; null for all.</summary>
    public string? Path { get; init; }

    /// <summary>How many requests it meets before it is over.</summary>
    public int Count { get; init; } = int.MaxValue;

    /// <summary>The credentials have expired.</summary>
    public static StoreFault ExpiredCredentials => new() { Kind = StoreFaultKind.Refuse, Status = 400, Code = "ExpiredToken" };

    /// <summary>The client's clock is too far off for its signatures.</summary>
    public static StoreFault SkewedClock => new() { Kind = StoreFaultKind.Refuse, Status = 403, Code = "RequestTimeTooSkewed" };

    /// <summary>The error code that is sent.</summary>
    internal string ErrorCode => Code ?? Status switch
    {
        403 => "AccessDenied",
        404 => "NoSuchBucket",
        400 => "ExpiredToken",
        409 => "ConditionalRequestConflict",
        412 => "PreconditionFailed",
        500 => "InternalError",
        501 => "NotImplemented",
        503 => "SlowDown",
        _ => "Refused",
    };

    /// <summary>True when it meets a request.</summary>
    internal bool Fits(string method, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && (Path is null || path.Contains(Path, StringComparison.Ordinal));
}
