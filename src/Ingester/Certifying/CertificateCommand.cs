using System.CommandLine;

namespace Ingester.Certifying;

/// <summary><c>ingester certificate</c>: signed statements of how complete an exported day is.</summary>
internal static class CertificateCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => new("certificate", """
        Signed statements of how complete an exported day is: one per exchange, dataset and day.

        A certificate names every exported file with its hash, and for each market the windows that are proven, the gaps with their causes, and how far the
        replicas agree. It is an in-toto Statement in a DSSE envelope, so openssl, jq and sha256sum alone can verify it (docs/certificate.md).
        """)
    {
        CreateCertificateCommand.Create(),
        VerifyCertificateCommand.Create(),
        ShowCertificateCommand.Create(),
        CreateKeyCommand.Create(),
    };
}
