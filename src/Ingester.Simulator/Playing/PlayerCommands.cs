using static Ingester.Simulator.ControlCommand;

namespace Ingester.Simulator.Playing;

/// <summary>The control commands of the player.</summary>
internal static class PlayerCommands
{
    /// <summary>The commands of a player.</summary>
    public static IReadOnlyList<ControlCommand> Create(RecordingPlayer player) =>
    [
        new("GET", "stats", "", "", "Number of played frames, and of frames sent to all connections.",
            _ => Serialize(new { player.Exchange, player.Played, player.Sent, finished = player.Finished.IsCompletedSuccessfully })),
        new("GET", "connections", "", "", "The open connections, with their ids, paths and what they received of each stream.", _ => Serialize(player.Connections())),
        new("POST", "cut", "", "connection,path", "Connections are cut without a close frame: one, those whose path begins so, or all. The answer is what they had received.",
            query => Serialize(player.Cut(query.Connection, query.OptionalText("path")))),
        new("POST", "silence", "seconds", "connection,path", "Connections stay open, but nothing is sent on them for that time, not even pings.",
            query => Serialize(new { silent = player.Silence(query.Connection, query.OptionalText("path"), query.Duration) })),
    ];
}
