using Ingester.Publishing.Certificates;
using Ingester.Publishing.Publication;

namespace Ingester.Publishing.DataExchange;

/// <summary>
/// Publishes certified days as revisions of data sets of AWS Data Exchange. The revision of a day is found by its comment: one that is finalized is done, an open one is continued, and none is
/// created. So an interrupted publication continues at its next run, whatever it had done.
/// </summary>
/// <param name="exports">The store with the exported files and their certificates.</param>
/// <param name="objects">Compares the files with their certificate.</param>
/// <param name="importer">Fills a revision.</param>
/// <param name="client">AWS Data Exchange.</param>
/// <param name="records">What was done before.</param>
internal sealed class DataExchangePublisher(CertificateStore exports, ObjectVerifier objects, AssetImporter importer, DataExchangeClient client, PublicationRecords records)
{
    /// <summary>Publishes the newest certificate of a data source and day.</summary>
    /// <param name="keys">The exchange, dataset and day.</param>
    /// <param name="source">The data source of this exchange and dataset.</param>
    /// <param name="cancellation">Cancels it; it can be repeated.</param>
    /// <exception cref="PublishException">There is no certificate, a file does not have its certified content, the revision was revoked, or an import failed.</exception>
    /// <exception cref="DataExchangeException">A request was refused or failed.</exception>
    public async Task<DataExchangeOutcome> PublishAsync(CertificateKeys keys, DataSource source, CancellationToken cancellation)
    {
        var day = await PublishableDay.ReadAsync(exports, keys, cancellation);
        var comment = new RevisionComment(keys.Day, day.Certificate.Digest);
        var record = await records.ReadAsync(keys, cancellation);
        record = record?.DataSet == source.DataSet ? record : null; // another data set was configured since: everything is published there
        if (record is not null && record.Certificate != comment.Certificate && record.CertificateRevision >= day.Revision)
            throw new PublishException($"{keys} is published in revision {record.CertificateRevision} of another certificate, and its newest certificate here is revision {day.Revision}. Publish from the store that it was published from.");
        var revisions = await DayRevisions.ReadAsync(client, source, keys.Day, cancellation);
        if (revisions.OfCertificate(comment).FirstOrDefault(static one => one.Revoked) is { } revoked)
            throw new PublishException($"{keys} was withdrawn: revision {revoked.Id} is revoked ({revoked.RevocationComment}). Only another certificate of the day is published again.");

        var (jobs, finalized) = (0, revisions.OfCertificate(comment).FirstOrDefault(static one => one.Finalized));
        var isNew = finalized is null;
        if (finalized is null)
        {
            var open = revisions.OfCertificate(comment).FirstOrDefault() ?? await client.CreateRevisionAsync(source.DataSet, comment.ToString(), cancellation);
            var files = await objects.VerifyAsync(day, cancellation);
            jobs = await importer.ImportAsync(source, open.Id, files, cancellation);
            await objects.RequireUnchangedAsync(files, cancellation);
            finalized = await FinalizeAsync(source, open, comment, cancellation);
        }

        var outcome = new DataExchangeOutcome
        {
            Source = source,
            RevisionId = finalized.Id,
            Certificate = day.Revision,
            Condition = day.Certificate.Statement.Predicate.Condition,
            Assets = day.Files.Count(),
            Jobs = jobs,
            IsNew = isNew,
            Replaced = [.. revisions.FinalizedBefore(finalized).Select(static one => one.Id)],
            Notified = false,
        };
        if (record?.Certificate == comment.Certificate)
            return outcome;
        if (outcome.Replaced.Count > 0)
            await client.NotifyAsync(source.DataSet, DataSetNotification.Update(source, comment, day.Certificate.Statement.Predicate.Changes, finalized.UpdatedAt), cancellation);
        await records.WriteAsync(keys, Record(outcome, comment, finalized.UpdatedAt, record), cancellation);
        return outcome with { Notified = outcome.Replaced.Count > 0 };
    }

    private static PublicationRecord Record(DataExchangeOutcome outcome, RevisionComment comment, DateTimeOffset finalizedAt, PublicationRecord? before) => new()
    {
        DataSet = outcome.Source.DataSet,
        RevisionId = outcome.RevisionId,
        Certificate = comment.Certificate,
        CertificateRevision = outcome.Certificate,
        Assets = outcome.Assets,
        FinalizedAt = finalizedAt,
        Replaced = outcome.Replaced,
        DelayedAt = before?.DelayedAt,
    };

    /// <summary>Finalizes a revision; one whose response was lost is found finalized.</summary>
    private async Task<DataSetRevision> FinalizeAsync(DataSource source, DataSetRevision open, RevisionComment comment, CancellationToken cancellation)
    {
        try
        {
            return await client.FinalizeAsync(source.DataSet, open.Id, cancellation);
        }
        catch (DataExchangeException failure) when (failure.Code == DataExchangeException.Conflict)
        {
            var revisions = await DayRevisions.ReadAsync(client, source, comment.Day, cancellation);
            if (revisions.OfCertificate(comment).FirstOrDefault(one => one.Id == open.Id && one.Finalized) is { } done)
                return done;
            throw;
        }
    }
}
