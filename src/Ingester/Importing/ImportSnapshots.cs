using System.Net;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Recording.Snapshots;

namespace Ingester.Importing;

/// <summary>Passes the snapshots that a raw recording holds as REST responses to the markets of its lanes, at the time of the response.</summary>
/// <param name="endpoint">Where the exchange serves snapshots.</param>
/// <param name="schedule">The snapshots that the lanes expect.</param>
internal sealed class ImportSnapshots(SnapshotEndpoint endpoint, SnapshotSchedule schedule)
{
    private readonly HashSet<Market> markets = [];
    private readonly Dictionary<string, (Market Market, int Levels)> addresses = new(StringComparer.Ordinal);

    /// <summary>Adds a stream; the snapshots of its market are expected if it is one of depth.</summary>
    public void Add(Subscription stream)
    {
        if (stream.Dataset != Dataset.Depth || !markets.Add(stream.Market))
            return;
        foreach (var depth in endpoint.AvailableDepths)
            addresses[endpoint.UriFor(stream.Market, depth.Levels).PathAndQuery] = (stream.Market, depth.Levels);
    }

    /// <summary>Processes a response; one that is not a snapshot of these markets is ignored.</summary>
    public void OnResponse(RecordedResponse response)
    {
        if (response.Status != (int)HttpStatusCode.OK || Find(response.Url) is not { } found)
            return;
        foreach (var (observer, reason) in schedule.TakeAll(found.Market))
            try
            {
                observer.OfferSnapshot(new(endpoint.Parse(response.Body), reason, found.Levels));
            }
            catch (JsonException)
            {
                schedule.ScheduleRetry(observer); // as in the recorder: a later response may be valid
            }
    }

    /// <summary>Finds the market by path and query; the recorder may have put a path before them.</summary>
    private (Market Market, int Levels)? Find(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            return null;
        var path = address.PathAndQuery;
        for (var start = 0; start >= 0; start = path.IndexOf('/', start + 1))
            if (addresses.TryGetValue(path[start..], out var found))
                return found;
        return null;
    }
}
