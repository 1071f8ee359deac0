using System.Globalization;
using Ingester.Publishing.Publication;

namespace Ingester.Publishing.DataExchange;

/// <summary>Withdraws published days.</summary>
/// <param name="client">AWS Data Exchange.</param>
internal sealed class RevisionRevoker(DataExchangeClient client)
{
    /// <summary>Least length of the comment, by the API.</summary>
    public const int MinComment = 10;

    /// <summary>Greatest length of the comment, by the API.</summary>
    public const int MaxComment = 512;

    /// <summary>Revokes the finalized revisions of a day. One that was revoked before stays as it is.</summary>
    /// <param name="source">The data source.</param>
    /// <param name="day">The day.</param>
    /// <param name="comment">Why; subscribers read it.</param>
    /// <param name="onlyReplaced">Keeps the newest revision.</param>
    /// <param name="cancellation">Cancels it; it can be repeated.</param>
    /// <returns>The revisions, each with true if this call revoked it.</returns>
    /// <exception cref="PublishException">The day has no such revision.</exception>
    /// <exception cref="DataExchangeException">A request was refused or failed.</exception>
    public async Task<IReadOnlyList<(string RevisionId, bool IsNew)>> RevokeAsync(DataSource source, DateOnly day, string comment, bool onlyReplaced, CancellationToken cancellation)
    {
        var finalized = (await DayRevisions.ReadAsync(client, source, day, cancellation)).Finalized.ToList();
        var chosen = onlyReplaced ? finalized[..Math.Max(0, finalized.Count - 1)] : finalized;
        if (chosen.Count == 0)
            throw new PublishException(string.Create(CultureInfo.InvariantCulture, $"{source.Exchange} {source.Dataset} of {day:yyyy-MM-dd} has no {(onlyReplaced ? "replaced" : "published")} revision in data set {source.DataSet}."));
        var outcomes = new List<(string, bool)>();
        foreach (var revision in chosen)
        {
            if (!revision.Revoked)
                await client.RevokeAsync(source.DataSet, revision.Id, comment, cancellation);
            outcomes.Add((revision.Id, !revision.Revoked));
        }

        return outcomes;
    }
}
