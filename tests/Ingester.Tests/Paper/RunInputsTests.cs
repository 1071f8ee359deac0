using System.Text;
using System.Text.Json.Nodes;
using Ingester.Paper.Engine;
using Ingester.Paper.Feeds;
using Ingester.Paper.History;
using Ingester.Paper.Models;

namespace Ingester.Tests.Paper;

/// <summary>The kill file and the answers of models are inputs of the journal: a replay takes them from there, and the digest of a bar covers everything that decides.</summary>
public sealed class RunInputsTests
{
    private const int Seconds = 1_800;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SyntheticFeed Feed => new(EngineRig.Start, Seconds);

    [Fact]
    public async Task Replay_with_the_inputs_of_a_journal_gives_the_same_journal()
    {
        var first = new EngineRig() { Inputs = new ScriptedInputs() };
        await first.RunAsync(Feed, Seconds);
        var lines = await first.LinesAsync();
        Assert.Equal([true, false], lines.Where(static line => line.Contains("\"kind\":\"kill-file\"", StringComparison.Ordinal)).Select(static line => (bool)JsonNode.Parse(line)!["exists"]!));
        Assert.Contains(lines, static line => line.Contains("\"reason\":\"kill-file\"", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("\"kind\":\"alert\",\"alert\":\"model-failed\"", StringComparison.Ordinal));

        var second = new EngineRig() { Inputs = await JournalInputs.ReadAsync(first.Journal, EngineRig.Run, new NoInputs(), Cancel) };
        await second.RunAsync(Feed, Seconds);
        Assert.Equal(first.Store.Keys, second.Store.Keys);
        Assert.All(first.Store.Keys, key => Assert.Equal(Encoding.UTF8.GetString(first.Store.Body(key)), Encoding.UTF8.GetString(second.Store.Body(key))));
    }

    [Fact]
    public async Task Run_that_was_killed_goes_on_with_the_present_inputs()
    {
        var whole = new EngineRig() { Inputs = new ScriptedInputs() };
        await whole.RunAsync(Feed, Seconds);
        var killed = new EngineRig() { Inputs = new ScriptedInputs() };
        foreach (var key in whole.Store.Keys.Order(StringComparer.Ordinal).Take(12)) // the run line and eleven bars
            killed.Store.Forge(key, whole.Store.Body(key), whole.Store.Metadata(key));
        var rest = new EngineRig(killed.Store) { Inputs = await JournalInputs.ReadAsync(killed.Journal, EngineRig.Run, new ScriptedInputs(), Cancel) };
        var journal = await rest.RunAsync(Feed, Seconds);
        Assert.Equal((12, whole.Store.Keys.Count - 12), (journal.Confirmed, journal.Written));
        Assert.Equal(await whole.LinesAsync(), await rest.LinesAsync());
    }

    [Fact]
    public async Task Gap_that_nothing_else_shows_changes_the_digest_of_its_bar_only()
    {
        var (plain, changed) = (new EngineRig(), new EngineRig());
        await plain.RunAsync(Feed, Seconds);
        await changed.RunAsync(new WithGap(Feed), Seconds);
        var (before, after) = (Digests(await plain.LinesAsync()), Digests(await changed.LinesAsync()));
        Assert.Equal([WithGap.Second / 60], Enumerable.Range(0, before.Count).Where(bar => before[bar] != after[bar]));
    }

    private static List<string> Digests(List<string> lines) => [.. lines.Where(static line => line.Contains("\"kind\":\"inputs\"", StringComparison.Ordinal)).Select(static line => (string)JsonNode.Parse(line)!["sha256"]!)];

    /// <summary>A model that answers by the number of the bar and fails in some; a kill file that exists for five bars.</summary>
    private sealed class ScriptedInputs : IRunInputs
    {
        public bool IsKilled(long micros) => Bar(micros) is >= 5 and < 10;

        public Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(long micros, string market, Features features, CancellationToken cancellation)
        {
            if (Bar(micros) % 7 == 3)
                return Task.FromResult<(Prediction?, IReadOnlyList<ModelFailure>)>((null, [new("scripted", "the script says so")]));
            var isUp = Bar(micros) % 3 != 0;
            return Task.FromResult<(Prediction?, IReadOnlyList<ModelFailure>)>((Ensemble.Combine([new("scripted", new(features.Price * (isUp ? 1.01m : 0.99m), isUp ? Direction.Up : Direction.Down, 0.9m))]), []));
        }

        private static long Bar(long micros) => (micros - EngineRig.Start) / (60 * SyntheticFeed.Second);
    }

    /// <summary>Inputs that must not be asked.</summary>
    private sealed class NoInputs : IRunInputs
    {
        public bool IsKilled(long micros) => throw new InvalidOperationException("The kill file was read.");

        public Task<(Prediction? Prediction, IReadOnlyList<ModelFailure> Failures)> PredictAsync(long micros, string market, Features features, CancellationToken cancellation) =>
            throw new InvalidOperationException("A model was asked.");
    }

    /// <summary>A feed with a gap in the trades that the next trade ends.</summary>
    private sealed class WithGap(IFeed feed) : IFeed
    {
        public const int Second = 605;

        public async IAsyncEnumerable<FeedItem> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var item in feed.ReadAsync(cancellation))
            {
                if (item.Stream == SyntheticFeed.Trades && item.Micros == EngineRig.Start + Second * SyntheticFeed.Second)
                    yield return item with { Kind = FeedItemKind.Gap, Row = default, Text = "Trades are missing." };
                yield return item;
            }
        }
    }
}
