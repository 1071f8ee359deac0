namespace Ingester.Simulator.FaultyExchange;

/// <summary>The faults of a REST response.</summary>
internal enum RestFault
{
    None,
    DamagedBrotli,
    DamagedGzip,
    UnknownEncoding,
    DecompressionBomb,
    Redirect,
    RedirectToFile,
    OversizedContentLength,
    TruncatedBody,
    HtmlBody,
    InvalidMarketList,
    Unavailable,
}
