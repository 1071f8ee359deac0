using Ingester.Dashboard.Days.Certificates;
using Ingester.Testing;
using Ingester.Tests.Dashboard.Completeness;
using Ingester.Tests.Publishing.Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Days;

/// <summary>Certified days with the services of the pages.</summary>
internal sealed class CertifiedStore : IDisposable
{
    public CertifiedStore(bool trusts = true)
    {
        Access = new(Days.Store, Clock);
        Index = new(Access, Clock);
        Verification = new(Access, new(trusts ? [Path.Combine(Path.GetDirectoryName(Days.KeyFile)!, "key.pub.pem")] : []), Clock, NullLogger<CertificateVerification>.Instance);
    }

    public CertifiedDays Days { get; } = new();

    public ManualClock Clock { get; } = new();

    public ArchiveAccess Access { get; }

    public CertificateIndex Index { get; }

    public CertificateVerification Verification { get; }

    /// <summary>Records, exports and certifies the first day.</summary>
    public async Task CertifyAsync()
    {
        Days.Record();
        await Days.ExportAsync(CertifiedDays.First);
        await Days.CertifyAsync(CertifiedDays.First);
    }

    public void Dispose()
    {
        Verification.Dispose();
        Access.Dispose();
        Days.Dispose();
    }
}
