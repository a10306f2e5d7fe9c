# Local mode in one container: SMTP edge, functions, S3, SQS and console, as `mail-pipeline start` runs them. compose.yaml
# starts it. It is for development: S3, SQS and the console ask for no password. A deployment uses edge-mta/Dockerfile.

FROM node:24.20.0-bookworm-slim AS base

# What the package is made of, with the versions of the lockfile; no dependency runs a script of its own.
FROM base AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM base
WORKDIR /app
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/package.json ./
COPY --from=build /build/schema ./schema
COPY --from=build /build/cli/mail-pipeline.mjs ./cli/
COPY --from=build /build/dist ./dist
RUN mkdir /data && chown 1000:1000 /data
# By number, so that a platform can tell that it is not root.
USER 1000:1000
ENV NODE_ENV=production
VOLUME /data
EXPOSE 2525 8025 4566
STOPSIGNAL SIGTERM
# The console answers 503 until mail can be delivered.
HEALTHCHECK --interval=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8025/').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Every address of the container: which of its ports can be reached, and from where, is what publishes them.
ENTRYPOINT ["node", "cli/mail-pipeline.mjs", "start", "--listen", "0.0.0.0", "--data", "/data"]
