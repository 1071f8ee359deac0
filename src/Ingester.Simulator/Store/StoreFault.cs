namespace Ingester.Simulator.Store;

/// <summary>The faults of a store.</summary>
public enum StoreFaultKind
{
    /// <summary>The store responds with an error, such as 403, 409, 412 or 503.</summary>
    Refusal,

    /// <summary>The store responds normally, but later.</summary>
    Delay,

    /// <summary>The store accepts the request and never responds.</summary>
    Hang,

    /// <summary>The store executes the request, but the response is lost.</summary>
    LostResponse,

    /// <summary>The store executes the request and never responds: the client times out after the write was committed.</summary>
    HangAfterWrite,

    /// <summary>The store executes the request and responds with a wrong ETag.</summary>
    WrongETag,

    /// <summary>The connection is reset inside a body: the request body if there is one, otherwise the response body.</summary>
    ResetInBody,

    /// <summary>The response body is cut in half, and <c>Content-Length</c> matches the half: HTTP does not reveal the truncation.</summary>
    TruncatedBody,

    /// <summary><c>Content-Length</c> of the response is larger than the body, and the connection ends after the body.</summary>
    WrongContentLength,

    /// <summary>The store ignores <c>If-None-Match</c>, as some S3-compatible stores do: a write replaces an existing object.</summary>
    IgnoredCondition,

    /// <summary>The store is unreachable: all connections are reset, including open ones.</summary>
    Unreachable,
}

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
