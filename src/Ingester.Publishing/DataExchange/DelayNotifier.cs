using Ingester.Publishing.Certificates;
using Ingester.Publishing.Publication;

namespace Ingester.Publishing.DataExchange;

/// <summary>Tells the subscribers of a data set once that a day is late.</summary>
/// <param name="client">AWS Data Exchange.</param>
/// <param name="records">What was done before.</param>
/// <param name="lateAfter">How long after its end a day is late.</param>
/// <param name="clock">Decides whether the day is late.</param>
internal sealed class DelayNotifier(DataExchangeClient client, PublicationRecords records, TimeSpan lateAfter, TimeProvider clock)
{
    /// <summary>Subscribers are told about days that ended this recently; older days are published afterwards, and nobody waits for them.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>Notifies the subscribers of a day that could not be published, if it is late and they were not told before.</summary>
    /// <returns>True if this call notified them.</returns>
    /// <exception cref="PublishException">The record of the day is damaged.</exception>
    /// <exception cref="DataExchangeException">A request was refused or failed.</exception>
    public async Task<bool> NotifyIfLateAsync(CertificateKeys keys, DataSource source, CancellationToken cancellation)
    {
        var (end, now) = (new DateTimeOffset(keys.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), clock.GetUtcNow());
        if (now < end + lateAfter || now >= end + Recent)
            return false;
        var record = await records.ReadAsync(keys, cancellation);
        if (record is { Certificate: not null } or { DelayedAt: not null } || (await DayRevisions.ReadAsync(client, source, keys.Day, cancellation)).Finalized.Any())
            return false;
        await client.NotifyAsync(source.DataSet, DataSetNotification.Delay(source, keys.Day), cancellation);
        await records.WriteAsync(keys, new() { DataSet = source.DataSet, DelayedAt = now }, cancellation);
        return true;
    }
}
