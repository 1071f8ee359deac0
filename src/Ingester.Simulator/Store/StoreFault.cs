namespace Ingester.Simulator.Store;

/// <summary>A fault and the requests that it applies to. The first matching fault decides.</summary>
public sealed record StoreFault
{
    /// <summary>The kind.</summary>
    public required StoreFaultKind Kind { get; init; }

    /// <summary>The HTTP status of a refusal.</summary>
    public int Status { get; init; } = 503;

    /// <summary>The S3 error code of a refusal. Default: the usual code of the status.</summary>
    public string? Code { get; init; }

    /// <summary>Delay of the response.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Only requests with this method; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>Only requests whose path contains this text, such as a market's name; null for all.</summary>
    public string? Path { get; init; }

    /// <summary>Number of requests that the fault applies to.</summary>
    public int Count { get; init; } = int.MaxValue;

    /// <summary>The credentials have expired.</summary>
    public static StoreFault ExpiredCredentials => new() { Kind = StoreFaultKind.Refusal, Status = 400, Code = "ExpiredToken" };

    /// <summary>The client's clock differs too much for its signatures to be accepted.</summary>
    public static StoreFault SkewedClock => new() { Kind = StoreFaultKind.Refusal, Status = 403, Code = "RequestTimeTooSkewed" };

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

    /// <summary>True when the fault applies to a request.</summary>
    internal bool Matches(string method, string path) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && (Path is null || path.Contains(Path, StringComparison.Ordinal));
}
