# The SMTP edge from the bundle that the npm package brings: the last stage of ./Dockerfile. `npm run build` puts both
# into dist/bundles/edge-mta, which is the build context.

FROM node:24.20.0-bookworm-slim
COPY index.mjs /app/index.mjs
WORKDIR /app
# By number, so that a platform can tell that it is not root.
USER 1000:1000
ENV NODE_ENV=production
EXPOSE 2525 8080
STOPSIGNAL SIGTERM
# The chunks that mails come in lie outside of V8's heap, which is small: without the option every 25 MB of mail or so are
# a whole garbage collection, a third of all CPU for mails of 1 MB. No memory is taken before it is needed.
ENTRYPOINT ["node", "--initial-old-space-size=128", "index.mjs"]
