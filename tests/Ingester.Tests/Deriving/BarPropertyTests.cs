using System.Globalization;
using Ingester.Deriving.Objects;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>
/// Bars of markets whose trades are known, recorded with losses, late trades and repairs: a bar that is called complete or quiet equals the truth, any other one has no
/// value. <c>INGESTER_DERIVE_SEEDS=1000</c> tries so many worlds.
/// </summary>
public sealed class BarPropertyTests
{
    private const int Batch = 5;

    private static readonly int Worlds = int.TryParse(Environment.GetEnvironmentVariable("INGESTER_DERIVE_SEEDS"), CultureInfo.InvariantCulture, out var worlds) ? worlds : 20;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, (Worlds + Batch - 1) / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Complete_bars_equal_the_truth_and_others_have_no_values(int batch)
    {
        var conditions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
        {
            var world = new TradeWorld(seed);
            await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, null, DerivedDataset.Bars);
            var lossy = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars);
            foreach (var row in lossy)
            {
                Hold(row, world, seed);
                conditions[row.Condition] = conditions.GetValueOrDefault(row.Condition) + 1;
            }

            world.Repair();
            await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, null, DerivedDataset.Bars);
            foreach (var row in DerivedRow.ReadAll(world.Store, DerivedDataset.Bars))
            {
                Hold(row, world, seed);
                var isInside = row.Micros > world.Begin + Minute && row.Micros + row.Integer("minutes") * Minute < world.End - Minute;
                Assert.True(!isInside || row.Condition is "complete" or "quiet", $"Seed {seed}: after the repair the bar of {row.Integer("minutes")} minutes at {row.Micros} is {row.Condition}: {row.Text("reason")}");
            }

            await UnchangedAsync(world);
        }

        Assert.True(conditions.GetValueOrDefault("complete") > 0 && conditions.GetValueOrDefault("partial") > 0, string.Join(' ', conditions));
    }

    private static async Task UnchangedAsync(TradeWorld world)
    {
        var before = world.Store.Keys.ToList();
        var again = await DeriveRig.DeriveAsync(world.Store, world.Begin, world.End, null, DerivedDataset.Bars);
        Assert.Equal((0, 0), (again.Written, again.Hours));
        Assert.Equal(before, world.Store.Keys);
    }

    private static void Hold(DerivedRow row, TradeWorld world, int seed)
    {
        var (from, to) = (row.Micros, row.Micros + row.Integer("minutes")!.Value * Minute);
        var sent = world.Truth.FindAll(trade => trade.Micros >= from && trade.Micros < to); // in order of ids
        var place = $"Seed {seed}, {row.Integer("minutes")} minutes at {from}: {row.Condition}";
        switch (row.Condition)
        {
            case "quiet":
                Assert.True(sent.Count == 0, place);
                Assert.Equal((0m, 0m, 0L, null, null), (row.Number("volume"), row.Number("quoteVolume"), row.Integer("trades"), row.Number("open"), row.Number("vwap")));
                break;
            case "complete":
                Assert.True(sent.Count > 0, place);
                Assert.Equal(
                    (sent[0].Price, sent.Max(trade => trade.Price), sent.Min(trade => trade.Price), sent[^1].Price),
                    (row.Number("open"), row.Number("high"), row.Number("low"), row.Number("close")));
                Assert.Equal((sent.Count, sent.Sum(trade => trade.Size), sent.Sum(trade => trade.Size * trade.Price)), (row.Integer("trades"), row.Number("volume"), row.Number("quoteVolume")));
                HoldSide(row, "buy", sent.FindAll(trade => !trade.Sells));
                HoldSide(row, "sell", sent.FindAll(trade => trade.Sells));
                Assert.InRange(row.Number("vwap")!.Value - sent.Sum(trade => trade.Size * trade.Price) / sent.Sum(trade => trade.Size), -1e-18m, 1e-18m);
                Assert.Equal(($"{sent[0].Id}", $"{sent[^1].Id}", 0L), (row.Text("firstId"), row.Text("lastId"), row.Integer("missing")));
                break;
            default:
                Assert.Contains(row.Condition, (string[])["partial", "missing"]);
                Assert.NotNull(row.Text("reason"));
                Assert.Empty(row.Known().Except(["ts", "pair", "minutes", "condition", "reason", "grade", "source", "missing", "firstId", "lastId"]));
                break;
        }
    }

    private static void HoldSide(DerivedRow row, string side, List<TrueTrade> sent) => Assert.Equal(
        (sent.Count, sent.Sum(trade => trade.Size), sent.Sum(trade => trade.Size * trade.Price)),
        (row.Integer($"{side}Trades"), row.Number($"{side}Volume"), row.Number($"{side}QuoteVolume")));
}
