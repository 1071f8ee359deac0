namespace Ingester.Simulator.Unruly;

/// <summary>What is wrong with an answer over REST.</summary>
internal enum RestFault
{
    None,
    DamagedBrotli,
    DamagedGzip,
    UnknownEncoding,
    Bomb,
    Redirect,
    RedirectToFile,
    AnnouncesGigabyte,
    Cut,
    Garbage,
    AbsurdList,
    Unavailable,
}
