namespace Ingester.Publishing.DataExchange;

/// <summary>The revisions of a day in a data set, oldest first.</summary>
internal sealed class DayRevisions
{
    private readonly List<(RevisionComment Comment, DataSetRevision Revision)> all = [];

    /// <summary>Finds the revisions of a day by their comments.</summary>
    /// <exception cref="DataExchangeException">A request was refused or failed.</exception>
    public static async Task<DayRevisions> ReadAsync(DataExchangeClient client, DataSource source, DateOnly day, CancellationToken cancellation)
    {
        var found = new DayRevisions();
        await foreach (var revision in client.ListRevisionsAsync(source.DataSet, cancellation))
            if (RevisionComment.Parse(revision.Comment) is { } comment && comment.Day == day)
                found.all.Add((comment, revision));
        found.all.Sort(static (one, other) => (one.Revision.CreatedAt, one.Revision.Id).CompareTo((other.Revision.CreatedAt, other.Revision.Id)));
        return found;
    }

    /// <summary>The finalized revisions.</summary>
    public IEnumerable<DataSetRevision> Finalized => all.Select(static one => one.Revision).Where(static revision => revision.Finalized);

    /// <summary>The revisions of one certificate.</summary>
    public IEnumerable<DataSetRevision> OfCertificate(RevisionComment comment) => all.Where(one => one.Comment == comment).Select(static one => one.Revision);

    /// <summary>The finalized revisions that were created before another one.</summary>
    public IEnumerable<DataSetRevision> FinalizedBefore(DataSetRevision revision) => Finalized.TakeWhile(one => one.Id != revision.Id);
}
