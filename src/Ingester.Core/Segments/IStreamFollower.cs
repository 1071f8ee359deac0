using Ingester.Core.Exchanges;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>
/// Who hears what a stream records, in its order and each event once. Called by whoever receives, under the lock of the stream: it never waits.
/// </summary>
internal interface IStreamFollower
{
    /// <summary>A trade was recorded; one that came late may be older than the one before.</summary>
    void Traded(in TradeEvent trade);

    /// <summary>
    /// True while every change is held against the exchange's checksum of the book: then what a connection brought may still lack something until a later
    /// change holds.
    /// </summary>
    bool Checks { get; }

    /// <summary>A change of the book was recorded. It returns what is wrong with the book since, null when nothing is: then the stream cannot be trusted.</summary>
    GapCause? Changed(in DepthEvent change);

    /// <summary>Something is missing in what is recorded; what is recorded next comes after it.</summary>
    void Broke(GapRow gap);

    /// <summary>A whole book that came in band is stored with this exchange time, microseconds UTC.</summary>
    void Booked(long micros);
}
