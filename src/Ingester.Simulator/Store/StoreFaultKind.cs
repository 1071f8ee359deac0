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
