using System.ComponentModel.DataAnnotations;

namespace Ingester.Paper.Feeds;

/// <summary>When events are known (<c>Paper:Feed</c>).</summary>
internal sealed class FeedOptions
{
    /// <summary>Where arrivals come from. Default: modeled.</summary>
    public ArrivalSource Arrivals { get; set; }

    /// <summary>Time from an event at the exchange to its arrival, where it is modeled. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long live events are held back, so that events of all streams are in order. Events that arrive later are used and counted. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ReorderDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The replicas whose arrivals are used, in the order of preference. Default: all.</summary>
    public IList<string> Replicas { get; set; } = [];

    /// <summary>The token of the live stream (<c>Ingester:Live:Token</c> of the recorder). Default: none.</summary>
    public string Token { get; set; } = "";
}
