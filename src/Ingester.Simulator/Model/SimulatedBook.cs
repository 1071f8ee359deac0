using Ingester.Simulator.Events;

namespace Ingester.Simulator.Model;

/// <summary>
/// The true order book of a market: bounded and never crossed. Its changes use the market's own random generator, so that the book is the same in
/// every run with the same seed.
/// </summary>
internal sealed class SimulatedBook
{
    private const int MaxUpdatesPerDiff = 4;
    private readonly MarketSpec spec;
    private readonly Random random;
    private readonly int levels;

    /// <summary>Fills the book around the start price of the market.</summary>
    public SimulatedBook(MarketSpec spec, Random random, int levels)
    {
        (this.spec, this.random, this.levels) = (spec, random, levels);
        var (bid, ask) = (spec.StartPrice - spec.Tick, spec.StartPrice + spec.Tick);
        for (var i = 0; i < levels * 3 / 4; i++)
        {
            Bids.Add(new(bid, NextSize()));
            Asks.Add(new(ask, NextSize()));
            bid = Math.Max(spec.Tick, bid - NextStep());
            ask += NextStep();
        }
    }

    /// <summary>The bids, best first.</summary>
    public List<SimulatedLevel> Bids { get; } = [];

    /// <summary>The asks, best first.</summary>
    public List<SimulatedLevel> Asks { get; } = [];

    /// <summary>The bids before the last diff.</summary>
    public List<SimulatedLevel> PreviousBids { get; } = [];

    /// <summary>The asks before the last diff.</summary>
    public List<SimulatedLevel> PreviousAsks { get; } = [];

    /// <summary>Updates one to four levels and returns the new state of each, each price once.</summary>
    public void NextDiff(List<LevelUpdate> updates)
    {
        CopySide(PreviousBids, Bids);
        CopySide(PreviousAsks, Asks);
        for (var left = random.Next(1, MaxUpdatesPerDiff + 1); left > 0; left--)
            UpdateOneLevel(random.Next(2) == 0, updates);
    }

    /// <summary>A random order size of this market.</summary>
    public long NextSize()
    {
        var magnitude = random.Next(4) switch { 0 => 10, 1 => 100, 2 => 1_000, _ => 10_000 };
        return spec.Lot * random.Next(1, magnitude + 1);
    }

    private static void CopySide(List<SimulatedLevel> copy, List<SimulatedLevel> side)
    {
        copy.Clear();
        copy.AddRange(side);
    }

    private static void AddUpdate(List<LevelUpdate> updates, LevelUpdate update)
    {
        for (var i = 0; i < updates.Count; i++)
        {
            if (updates[i].Bid == update.Bid && updates[i].Price == update.Price)
            {
                updates[i] = update;
                return;
            }
        }

        updates.Add(update);
    }

    private void UpdateOneLevel(bool bid, List<LevelUpdate> updates)
    {
        var side = bid ? Bids : Asks;
        var chance = random.Next(100);
        if (side.Count < levels / 2 || (chance < 25 && side.Count <= levels))
            Insert(bid, side, updates);
        else if (chance < 50)
            Remove(bid, side, NextIndex(side.Count), updates);
        else
            Resize(bid, side, NextIndex(side.Count), updates);
        if (side.Count > levels)
            Remove(bid, side, side.Count - 1, updates);
    }

    private void Resize(bool bid, List<SimulatedLevel> side, int index, List<LevelUpdate> updates)
    {
        side[index] = side[index] with { Size = NextSize() };
        AddUpdate(updates, new(bid, side[index].Price, side[index].Size));
    }

    private void Remove(bool bid, List<SimulatedLevel> side, int index, List<LevelUpdate> updates)
    {
        AddUpdate(updates, new(bid, side[index].Price, 0));
        side.RemoveAt(index);
    }

    /// <summary>
    /// Inserts a level inside the spread if there is room, between two neighbours if there is room, otherwise behind the worst level.
    /// </summary>
    private void Insert(bool bid, List<SimulatedLevel> side, List<LevelUpdate> updates)
    {
        var better = bid ? spec.Tick : -spec.Tick;
        var index = NextIndex(side.Count);
        var room = index == 0
            ? (Asks[0].Price - Bids[0].Price) / spec.Tick - 1
            : Math.Abs(side[index - 1].Price - side[index].Price) / spec.Tick - 1;
        var price = side[index].Price + better * random.NextInt64(1, Math.Max(2, room / 2 + 2));
        if (room < 1)
        {
            index = side.Count;
            price = side[^1].Price + (bid ? -NextStep() : NextStep());
        }

        if (price <= 0)
            return;
        side.Insert(index, new(price, NextSize()));
        AddUpdate(updates, new(bid, price, side[index].Size));
    }

    /// <summary>Prefers levels near the top of the book.</summary>
    private int NextIndex(int count) => (int)(Math.Pow(random.NextDouble(), 3) * count);

    private long NextStep() => spec.Tick * random.Next(1, 4);
}
