namespace Ingester.Simulator.Unruly;

/// <summary>The faults of a REST response.</summary>
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
