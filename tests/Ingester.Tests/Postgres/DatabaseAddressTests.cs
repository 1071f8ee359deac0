using Ingester.Postgres.Connections;

namespace Ingester.Tests.Postgres;

/// <summary>Addresses of databases: URIs and connection strings. What is wrong with them is said without a part of them, which may be the password.</summary>
public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgresql://user:pass@db.example:6000/market?sslmode=verify-full", "market on db.example:6000", "user")]
    [InlineData("postgres://db.example", "the default database on db.example:5432", null)]
    [InlineData("postgresql://us%40er@[::1]/a%20b", "a b on ::1:5432", "us@er")]
    [InlineData("Host=db.example;Port=6000;Database=market;Username=user;Password=pass", "market on db.example:6000", "user")]
    public void Address_is_a_uri_or_a_connection_string(string text, string shown, string? user)
    {
        var address = DatabaseAddress.Parse(text, "ingester");
        Assert.Equal((shown, user), (address.ToString(), address.User));
    }

    [Theory]
    [InlineData("postgresql://user:s3cret/x@db/market")]
    [InlineData("postgresql://user:12s3cret/x@db/market")]
    [InlineData("postgresql://user:1/s3cret@db/market")]
    [InlineData("postgresql://user:1#s3cret@db/market")]
    [InlineData("postgresql://user:1?s3cret@db/market")]
    [InlineData("postgresql://user@db/market?s3cret=1")]
    [InlineData("postgresql://user@db/market?port=s3cret")]
    [InlineData("Host=db;Passwort=s3cret")]
    [InlineData("Host=db;Port=s3cret")]
    [InlineData("Database=s3cret")]
    [InlineData("s3cret")]
    public void Invalid_address_is_refused_without_repeating_it(string text)
    {
        var refused = Assert.Throws<FormatException>(() => DatabaseAddress.Parse(text, "ingester"));
        if (!text.Contains("?s3cret=", StringComparison.Ordinal)) // the name of a parameter is named
            Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a\"b")]
    public void Invalid_schema_is_refused(string schema) => Assert.Contains("is not a name of a schema", Assert.Throws<FormatException>(() => DatabaseAddress.Parse("Host=db", schema)).Message, StringComparison.Ordinal);
}
