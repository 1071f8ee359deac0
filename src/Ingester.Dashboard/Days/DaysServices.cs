using Ingester.Dashboard.Days.Certificates;

namespace Ingester.Dashboard.Days;

/// <summary>Registers the services of this folder.</summary>
internal static class DaysServices
{
    /// <summary>Adds the queries of the pages in this folder.</summary>
    /// <param name="services">The services.</param>
    /// <param name="keyFiles">PEM files with the public keys that verifications trust.</param>
    public static IServiceCollection AddDays(this IServiceCollection services, IReadOnlyList<string> keyFiles) => services
        .AddSingleton(new TrustedKeyFiles(keyFiles))
        .AddSingleton<CertificateIndex>()
        .AddSingleton<CertificateVerification>()
        .AddHostedService(static provider => provider.GetRequiredService<CertificateVerification>())
        .AddSingleton<JournalSizes>()
        .AddSingleton<FileDownloads>();
}
