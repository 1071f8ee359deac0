using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Raw;
using Ingester.Recording.Lanes;

namespace Ingester.Importing;

/// <summary>
/// The lanes of an import. A raw recording names the lane of each connection and its streams, and gets the same lanes as the recorder had. The connections
/// of all other recordings share one lane, which creates a stream with its first event.
/// </summary>
internal sealed class ImportLanes
{
    private readonly Func<Lane> create;
    private readonly Func<Lane> createPlanned;
    private readonly Func<Subscription, bool> accept;
    private readonly Dictionary<long, PlannedLane> planned = [];
    private readonly List<Lane> all = [];
    private Lane? shared;

    /// <summary>Creates an import without lanes.</summary>
    /// <param name="create">Creates the shared lane.</param>
    /// <param name="createPlanned">Creates a lane of a raw recording.</param>
    /// <param name="accept">Called for each stream before it is added to a lane of a raw recording; false if it is not imported.</param>
    public ImportLanes(Func<Lane> create, Func<Lane> createPlanned, Func<Subscription, bool> accept) =>
        (this.create, this.createPlanned, this.accept) = (create, createPlanned, accept);

    /// <summary>All lanes, including those that have ended.</summary>
    public IReadOnlyList<Lane> All => all;

    /// <summary>The lane of connections whose streams are not known.</summary>
    public Lane Shared => shared ??= Add(create());

    /// <summary>Applies a note to its lane and returns the lane.</summary>
    /// <exception cref="JsonException">The note is not valid.</exception>
    public Lane Apply(RawLaneNote note)
    {
        if (!planned.TryGetValue(note.Lane, out var lane))
            planned.Add(note.Lane, lane = new(Add(createPlanned())));
        if (note.Streams is { } streams)
            lane.Set([.. streams.Where(accept)]);
        lane.Remove(note.Removed ?? []);
        lane.Add([.. (note.Added ?? []).Where(accept)]);
        if (note.Continues)
            foreach (var depth in lane.Lane.Recorders.Where(stream => stream.Stream.Dataset == Dataset.Depth))
                depth.DistrustBook(); // what the recorder knew about the book is before the beginning
        if (note.Ended)
        {
            lane.Lane.Close();
            planned.Remove(note.Lane);
        }

        return lane.Lane;
    }

    /// <summary>Advances the time of all streams.</summary>
    public void Tick() => all.ForEach(lane => lane.Tick());

    /// <summary>The recording of a process ends: another process has other lanes with the same numbers.</summary>
    public void EndPlanned()
    {
        foreach (var lane in planned.Values)
            lane.Lane.Close();
        planned.Clear();
    }

    /// <summary>The import ends: all streams hand over their rows.</summary>
    public void Close() => all.ForEach(lane => lane.Close());

    private Lane Add(Lane lane)
    {
        all.Add(lane);
        return lane;
    }

    private sealed class PlannedLane(Lane lane)
    {
        private readonly HashSet<Subscription> streams = [];

        public Lane Lane => lane;

        public void Set(IReadOnlyCollection<Subscription> now)
        {
            Remove([.. streams.Except(now)]);
            Add(now);
        }

        public void Add(IReadOnlyCollection<Subscription> added) => lane.Add([.. added.Where(streams.Add)]);

        public void Remove(IReadOnlyCollection<Subscription> removed) => lane.Remove([.. removed.Where(streams.Remove)]);
    }
}
