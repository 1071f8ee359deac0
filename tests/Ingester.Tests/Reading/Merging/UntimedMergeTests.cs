using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Reading.Merging;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading.Merging;

/// <summary>Streams whose events have neither an id nor a time: each replica derives the times from its own clock.</summary>
public sealed class UntimedMergeTests
{
    private const int Events = 1_200;
    private const int Prices = 60; // few, so that many events have the same content

    private static readonly StreamId Stream = new(Dataset.Depth, "bitfinex", "BTC-USD");

    private readonly MemoryStore store = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Events_of_two_replicas_are_merged_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        var prices = seed % 2 == 0 ? Prices : 2;
        var truth = Enumerable.Range(0, Events).Select(_ => $"[[\"{random.Next(prices)}\",\"{random.Next(3)}\"]]").ToList();
        var lost = random.Next(100, 500);
        Record("a", truth, clockError: random.Next(-900, 900) * 1_000L, lost, lost + random.Next(1, 300));
        lost = random.Next(850, 1_000);
        Record("b", truth, clockError: random.Next(-900, 900) * 1_000L, lost, lost + random.Next(1, 190));
        Assert.Equal(truth, (await Archives.ReadAsync(store, Stream)).Of(MarketEventKind.Row).Select(Bids));
    }

    [Fact]
    public async Task Reading_minute_by_minute_returns_the_events_of_the_whole_period()
    {
        var truth = Enumerable.Range(0, Events).Select(number => $"[[\"{number % 7}\",\"{number % 5}\"]]").ToList();
        Record("a", truth, clockError: 400_000, 200, 300);
        Record("b", truth, clockError: -700_000, 600, 900);
        var whole = (await Archives.ReadAsync(store, Stream)).Of(MarketEventKind.Row).Select(Archives.Text);
        List<string> parts = [];
        for (var minute = 0; minute <= 2 + Events / 120; minute++)
            parts.AddRange((await Archives.ReadAsync(store, Stream, Archives.Begin.AddMinutes(minute), Archives.Begin.AddMinutes(minute + 1))).Of(MarketEventKind.Row).Select(Archives.Text));
        Assert.Equal(whole, parts);
    }

    [Fact]
    public async Task Events_that_only_one_replica_received_on_either_side_of_a_window_are_kept()
    {
        var truth = Enumerable.Range(0, Events).Select(number => $"[[\"{number}\",\"1\"]]").ToList();
        Record("a", truth, clockError: 0, 100, 121);
        Record("b", truth, clockError: 0, 121, 140);
        Assert.Equal(truth, (await Archives.ReadAsync(store, Stream)).Of(MarketEventKind.Row).Select(Bids));
    }

    private static string Bids(MarketEvent row) => JsonDocument.Parse(row.Row).RootElement.GetProperty("bids").GetRawText();

    /// <summary>Two events per second, except for those that are lost with the connection.</summary>
    private void Record(string name, List<string> truth, long clockError, int lost, int found)
    {
        using var replica = new Replica(store, name, Stream, SequenceKind.None, hasExchangeTime: false);
        replica.ConnectAt(T0 + Minute + clockError);
        for (var number = 0; number < truth.Count; number++)
        {
            if (number == lost)
                replica.Lose();
            if (number == found)
                replica.Connect();
            if (number < lost || number >= found)
                replica.Depth(T0 + Minute + clockError + number * (Second / 2), null, truth[number]);
        }

        replica.Close();
    }
}
